//! Steps that make asynchronous generators or ask them for values.

use std::rc::Rc;

use interleave::aio::{Result, generator, print};

use super::{Scope, block};
use crate::program::{Op, Which};
use crate::world::{find_generator, new_generator, or_none};

pub(super) fn make(which: Which, ops: &[Op], scope: &Scope) {
    let (ops, scope) = (ops.to_vec(), scope.clone());
    let made = generator(|values| async move {
        let scope = Scope { values: Some(Rc::new(values)), ..scope };
        block(&ops, &scope).await
    });
    new_generator(which, made);
}

pub(super) async fn give(label: u32, scope: &Scope) -> Result<()> {
    if let Some(values) = &scope.values {
        return values.emit(label).await;
    }
    print(label);
    Ok(())
}

pub(super) async fn next(label: u32, which: Which) -> Result<()> {
    if let Some(generator) = find_generator(which) {
        print(format!("{label} has {}", or_none(generator.next().await?)));
    }
    Ok(())
}

pub(super) async fn for_each(label: u32, which: Which, at_most: Option<u8>, ops: &[Op], scope: &Scope) -> Result<()> {
    let Some(generator) = find_generator(which) else { return Ok(()) };
    let mut left = at_most;
    while let Some(value) = generator.next().await? {
        print(format!("{label} has {value}"));
        block(ops, scope).await?;
        left = left.map(|left| left - 1);
        if left == Some(0) {
            break;
        }
    }
    Ok(())
}
