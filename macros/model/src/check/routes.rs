//! The rules of one route: its path against its arguments, its status against what it returns.

use crate::{
    Arg, Errors, Output, PathSegment,
    syntax::{attribute::Found, route_template::Template, types},
};

/// Whether every parameter has its argument. `object` is the parameter that is the object's id, for methods.
pub(crate) fn check_parameters(errors: &mut Errors, template: &Template, args: &[Arg], object: Option<&str>) {
    for segment in &template.http.path {
        if let PathSegment::Param(name) = segment
            && object != Some(name)
            && !args.iter().any(|arg| arg.name == *name)
        {
            errors.at(
                &template.text,
                format!("`{{{name}}}` is in the path and no argument has that name: add `{name}: …`"),
            );
        }
    }
}

/// Methods are routes of one object, which `{id}` names.
pub(crate) fn check_object(errors: &mut Errors, template: &Template, args: &[Arg]) {
    if !template.http.path.contains(&PathSegment::Param("id".to_owned())) {
        errors.at(
            &template.text,
            "a method's path names its object: add a segment `{id}`, or use `#[durable_route(…)]` on a function where no \
             single object answers",
        );
    }
    if let Some(arg) = args.iter().find(|arg| arg.name == "id") {
        errors.at(&arg.ident, "`id` in a route is the object's: rename the argument");
    }
}

/// 204 and 205 have no body. What a `create` makes stays in its object, so that it may have them.
pub(crate) fn check_status(errors: &mut Errors, template: &Template, output: &Output) {
    if let Some(Found { key, value: status @ (204 | 205) }) = &template.status
        && !types::is_unit(&output.ty)
        && !types::is_named(&output.ty, "Self")
    {
        errors
            .at(key, format!("{status} has no body, and this returns `{}`: use 200 or 201", types::shown(&output.ty)));
    }
}
