//! Columns, as the runtime makes them: `docs/formats.md`.

use durably_contract::Kind;
use durably_contract::columns::{self, OwnColumn, Shape};
use durably_model::{DurableBody, Field, FieldKind, Model};
use serde::{Serialize, Serializer};

use crate::app::{App, Item};
use crate::resolve::ty::Ty;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    #[serde(serialize_with = "storage_class")]
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
    /// Of the Rust type; durably's own columns have none.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) ty: Option<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// The column that is the primary key.
    pub(crate) key: &'static str,
    pub(crate) without_rowid: bool,
    pub(crate) columns: Vec<Column>,
}

/// The tables of a state: its row, then its collections in the order of the fields.
pub(crate) fn tables(app: &App, item: &Item, fields: &[Field]) -> Vec<Table> {
    let mut row = Table {
        name: columns::state::TABLE.into(),
        key: columns::state::ID.name,
        without_rowid: false,
        columns: columns::state::COLUMNS.into_iter().map(own).collect(),
    };
    let mut collections = Vec::new();
    for field in fields {
        let ty = item.field(&field.name);
        match (&field.kind, ty) {
            (FieldKind::Log { .. }, Ty::Builtin("Log", arguments)) => {
                let columns = [own(columns::log::SEQ)].into_iter().chain(item_columns(app, first(arguments)));
                let columns = columns.collect();
                collections.push(Table {
                    name: field.name.clone(),
                    key: columns::log::SEQ.name,
                    without_rowid: false,
                    columns,
                });
            }
            (FieldKind::Map { .. }, Ty::Builtin("Map", arguments)) => {
                let value = arguments.get(1).unwrap_or(&Ty::Unknown);
                let key = Column { name: columns::map::KEY.into(), ..column(app, "", first(arguments)) };
                let without_rowid = columns::map::without_rowid(key.kind);
                let columns = [key].into_iter().chain(item_columns(app, value)).collect();
                collections.push(Table { name: field.name.clone(), key: columns::map::KEY, without_rowid, columns });
            }
            (FieldKind::Column | FieldKind::Json, ty) => row.columns.push(column(app, &field.name, ty)),
            (FieldKind::Log { .. } | FieldKind::Map { .. }, _) => {} // another type than it says: not resolved
        }
    }
    std::iter::once(row).chain(collections).collect()
}

/// Hash of the stored shape, as every object keeps it beside its revision.
pub(crate) fn shape(tables: &[Table]) -> u64 {
    let mix = |shape: Shape, column: &Column| shape.column(&column.name, column.kind, column.nullable);
    let all = tables.iter().enumerate().fold(Shape::new(), |shape, (place, table)| match place {
        0 => table.columns.iter().filter(|column| column.ty.is_some()).fold(shape, mix),
        _ => table.columns.iter().fold(shape.table(&table.name), mix),
    });
    all.finish()
}

/// The columns of a collection's item: a struct's fields, if it has any, else one column.
pub(crate) fn item_columns(app: &App, ty: &Ty) -> Vec<Column> {
    if let Ty::Item(place) = ty
        && let item = &app.items[*place]
        && let Model::Durable(durable) = &item.found.model
        && let DurableBody::Struct(fields) = &durable.body
        && !fields.is_empty()
    {
        return fields.iter().map(|field| column(app, &field.name, item.field(&field.name))).collect();
    }
    vec![column(app, columns::VALUE, ty)]
}

fn column(app: &App, name: &str, ty: &Ty) -> Column {
    let can = app.capabilities(ty);
    Column { name: name.into(), kind: can.kind, nullable: can.nullable, ty: Some(app.type_name(ty)) }
}

fn own(OwnColumn { name, kind }: OwnColumn) -> Column {
    Column { name: name.into(), kind, nullable: false, ty: None }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn storage_class<S: Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.storage_class())
}

fn first(arguments: &[Ty]) -> &Ty {
    arguments.first().unwrap_or(&Ty::Unknown)
}

impl App {
    /// A type as manifests name it: built-ins by name, items by their path below the crate.
    pub(crate) fn type_name(&self, ty: &Ty) -> String {
        let list = |types: &[Ty]| types.iter().map(|ty| self.type_name(ty)).collect::<Vec<_>>().join(", ");
        match ty {
            Ty::Item(place) => self.items[*place].path(),
            Ty::Builtin("tuple", elements) => format!("({})", list(elements)),
            Ty::Builtin(name, arguments) if arguments.is_empty() => (*name).to_owned(),
            Ty::Builtin(name, arguments) => format!("{name}<{}>", list(arguments)),
            Ty::Array(element, length) => format!("[{}; {length}]", self.type_name(element)),
            Ty::Unknown => "?".into(),
        }
    }
}
