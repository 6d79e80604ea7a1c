//! The template of a route: `"POST /v1/conversations/{id}/turns"`.

use syn::LitStr;

use crate::{
    Errors, Http, HttpMethod, PathSegment,
    syntax::{
        attribute::{Found, Table},
        wording::listed,
    },
};

/// A route with the tokens that its errors point at.
pub(crate) struct Template {
    pub(crate) text: LitStr,
    pub(crate) status: Option<Found<u16>>,
    pub(crate) http: Http,
}

/// Reads `status`.
pub(crate) fn read_status(errors: &mut Errors, table: &mut Table) -> Option<Found<u16>> {
    table.status(errors, 200..=299, "a success")
}

/// Reads a template, reporting everything that is wrong with it.
pub(crate) fn parse(errors: &mut Errors, text: LitStr, status: Option<Found<u16>>) -> Option<Template> {
    let mut complaints = Vec::new();
    let value = text.value();
    let (verb, path) = value.split_once(' ').unwrap_or((&value, ""));
    let method = read_verb(verb).map_err(|complaint| complaints.push(complaint)).ok();
    // Without a verb it is the path that was taken for one.
    let path = if verb.starts_with('/') { Vec::new() } else { read_path(path, &mut complaints) };
    for complaint in &complaints {
        errors.at(&text, complaint);
    }
    let http = Http { method: method?, path, status: status.as_ref().map(|found| found.value) };
    complaints.is_empty().then_some(Template { text, status, http })
}

fn read_verb(verb: &str) -> Result<HttpMethod, String> {
    let known = HttpMethod::ALL.map(HttpMethod::as_str);
    if let Some(method) = HttpMethod::ALL.into_iter().find(|method| method.as_str() == verb) {
        return Ok(method);
    }
    let upper = verb.to_uppercase();
    if known.contains(&upper.as_str()) {
        return Err(format!("a verb is written in capitals: `{upper}`"));
    }
    if verb.starts_with('/') {
        return Err("the verb is missing: `\"GET /path\"`".to_owned());
    }
    Err(format!("`{verb}` is no verb of a route: use {}", listed(&known)))
}

fn read_path(path: &str, complaints: &mut Vec<String>) -> Vec<PathSegment> {
    let Some(rest) = path.strip_prefix('/') else {
        complaints.push(format!("a path begins with `/`: `/{path}`"));
        return Vec::new();
    };
    if rest.is_empty() {
        return Vec::new();
    }
    let mut segments: Vec<PathSegment> = Vec::new();
    for segment in rest.split('/') {
        match read_segment(segment) {
            Ok(PathSegment::Param(name)) if segments.contains(&PathSegment::Param(name.clone())) => {
                complaints.push(format!("`{{{name}}}` stands in the path twice: rename one"));
            }
            Ok(segment) => segments.push(segment),
            Err(complaint) => complaints.push(complaint),
        }
    }
    segments
}

fn read_segment(segment: &str) -> Result<PathSegment, String> {
    if segment.is_empty() {
        return Err("an empty segment: write one `/` between segments and none at the end".to_owned());
    }
    if segment == "." || segment == ".." {
        return Err(format!("`{segment}` is removed by every client before it asks: write the path itself"));
    }
    if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let ident = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        return if ident && name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            Ok(PathSegment::Param(name.to_owned()))
        } else {
            Err(format!("`{segment}` names no argument: letters, digits and `_`, as in `{{turn}}`"))
        };
    }
    if segment.contains(['{', '}']) {
        return Err(format!("`{segment}`: a parameter is a whole segment, `/{{name}}/`"));
    }
    match segment.chars().find(|c| !c.is_ascii_alphanumeric() && !"-._~:@!$&'()*+,;=".contains(*c)) {
        None => Ok(PathSegment::Literal(segment.to_owned())),
        Some('?' | '#') => Err(format!("`{segment}`: the query is no part of the path; its parameters are arguments")),
        Some(' ') => Err(format!("`{segment}`: one verb, one space, one path")),
        Some(other) => Err(format!("`{other}` does not stand in a path unescaped: use letters, digits and `-`")),
    }
}
