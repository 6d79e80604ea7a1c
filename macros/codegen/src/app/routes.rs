//! Rules over the routes of a crate: each request has one answer, and a route asks of a path or a query only what text can
//! give.

use durably_contract::files::{Fault, Target};
use durably_model::{Arg, Http, HttpMethod, Model, Overlap, Place, bare};

use crate::app::App;
use crate::resolve::ty::Ty;

/// A route, and where it is declared.
struct Line<'a> {
    item: usize,
    /// The method, or the function.
    name: String,
    target: Target,
    http: &'a Http,
    args: &'a [Arg],
}

impl Line<'_> {
    fn shown(&self) -> String {
        format!("`{} {}`", self.http.method.as_str(), self.http.pattern())
    }
}

impl App {
    fn routes(&self) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        for (place, item) in self.items.iter().enumerate().filter(|(_, item)| !item.found.doubtful) {
            match &item.found.model {
                Model::Rpc(rpc) => lines.extend(rpc.methods.iter().filter_map(|method| {
                    let (name, target) = (method.name.clone(), Target::Method(method.name.clone()));
                    Some(Line { item: place, name, target, http: method.http.as_ref()?, args: &method.args })
                })),
                Model::Route(route) => {
                    let (name, target) = (bare(&route.ident), Target::Item(()));
                    lines.push(Line { item: place, name, target, http: &route.http, args: &route.args });
                }
                Model::State(_) | Model::Config(_) | Model::Durable(_) | Model::Error(_) => {}
            }
        }
        lines
    }

    /// Two routes that answer one request, or one path in no order that could be told: the first in the source would win,
    /// though the other may be the protected one. A fault at both.
    pub(crate) fn check_routes(&mut self) {
        let routes = self.routes();
        let mut faults: Vec<Fault> = Vec::new();
        for (place, route) in routes.iter().enumerate() {
            let others = routes.iter().enumerate().filter(|(other, _)| *other != place);
            // One message a route: what is left after the change is told then.
            if let Some(why) = others.map(|(_, other)| other).find_map(|other| self.conflict(route, other)) {
                faults.push(self.items[route.item].fault(route.target.clone(), why));
            }
        }
        self.faults.extend(faults);
    }

    fn conflict(&self, route: &Line<'_>, other: &Line<'_>) -> Option<String> {
        let its = format!("`{}` ({})", other.name, self.place(other.item));
        match route.http.overlap(other.http) {
            Overlap::Same if route.http.is_same_route(other.http) => Some(format!(
                "{} is the route of {its} too, and a request has one answer: change one of the two paths",
                route.shown()
            )),
            Overlap::Ambiguous => Some(format!(
                "{} and {} of {its} both match `{}`, and each has a literal where the other has a parameter, so that \
                 neither comes first: change one of the two paths",
                route.shown(),
                other.shown(),
                route.http.shared_path(other.http),
            )),
            // The same path under two verbs, or one that comes first.
            Overlap::Same | Overlap::Ordered | Overlap::Apart => None,
        }
    }

    /// Arguments that a path or a query would have to give, and cannot.
    pub(crate) fn check_parameters(&mut self) {
        let mut faults = Vec::new();
        for route in self.routes() {
            let item = &self.items[route.item];
            for arg in route.args {
                let in_path = route.http.has_param(&arg.name);
                let bodiless = matches!(route.http.method, HttpMethod::Get | HttpMethod::Delete);
                let ty = item.ty(&Place::Argument(route.name.clone(), arg.name.clone()));
                if (in_path || bodiless) && *ty != Ty::Unknown && !self.capabilities(ty).text {
                    let place = match (in_path, route.http.method) {
                        (true, _) => "a segment of a path is text".to_owned(),
                        (false, verb) => format!("a {} has no body, and a query is text", verb.as_str()),
                    };
                    let message = format!(
                        "{place}, which `{}` cannot be read from: take numbers, `bool`, `String`, `Timestamp`, `Uuid`, \
                         `Seq`, `Limit`, bytes, enums without data, newtypes or options of these; or pass it in the body \
                         of a POST, PUT or PATCH",
                        self.type_name(ty)
                    );
                    faults.push(item.fault(Target::Argument(route.name.clone(), arg.name.clone()), message));
                }
            }
        }
        self.faults.extend(faults);
    }
}
