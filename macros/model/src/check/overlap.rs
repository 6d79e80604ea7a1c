//! Where two routes meet: a request has one answer, and nobody has to know the order of the sources to say which.

use crate::{Http, PathSegment};

/// How the paths of two routes lie to each other, whatever their verbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// No path is of both.
    Apart,
    /// Every path of one is of the other.
    Same,
    /// Where both match, one is the more literal: it has a literal wherever the other has one, and wins.
    Ordered,
    /// Some path is of both, and each has a literal where the other has a parameter.
    Ambiguous,
}

impl Http {
    /// How this route's paths lie to those of another.
    pub fn overlap(&self, other: &Self) -> Overlap {
        if self.path.len() != other.path.len() {
            return Overlap::Apart;
        }
        let (mut more, mut less) = (false, false);
        for pair in self.path.iter().zip(&other.path) {
            match pair {
                (PathSegment::Literal(a), PathSegment::Literal(b)) if a != b => return Overlap::Apart,
                (PathSegment::Literal(_), PathSegment::Param(_)) => more = true,
                (PathSegment::Param(_), PathSegment::Literal(_)) => less = true,
                _ => {}
            }
        }
        match (more, less) {
            (false, false) => Overlap::Same,
            (true, true) => Overlap::Ambiguous,
            _ => Overlap::Ordered,
        }
    }

    /// Whether no request could tell the two apart.
    pub fn is_same_route(&self, other: &Self) -> bool {
        self.method == other.method && self.overlap(other) == Overlap::Same
    }

    /// A path that two overlapping routes both have.
    pub fn shared_path(&self, other: &Self) -> String {
        let segments = self.path.iter().zip(&other.path).map(|pair| match pair {
            (PathSegment::Literal(text), _) | (_, PathSegment::Literal(text)) => format!("/{text}"),
            (PathSegment::Param(name), _) => format!("/{{{name}}}"),
        });
        let path: String = segments.collect();
        if path.is_empty() { "/".to_owned() } else { path }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HttpMethod;

    fn route(path: &str) -> Http {
        let segment = |text: &str| match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => PathSegment::Param(name.to_owned()),
            None => PathSegment::Literal(text.to_owned()),
        };
        let path = path.split('/').skip(1).filter(|text| !text.is_empty()).map(segment).collect();
        Http { method: HttpMethod::Get, path, status: None }
    }

    #[test]
    fn every_way_in_which_two_can_lie() {
        for (one, two, overlap) in [
            ("/", "/", Overlap::Same),
            ("/a", "/", Overlap::Apart),
            ("/a/b", "/a/b", Overlap::Same),
            ("/a/{x}", "/a/{y}", Overlap::Same),
            ("/a/{x}", "/b/{x}", Overlap::Apart),
            ("/a/{x}", "/a/b", Overlap::Ordered),
            ("/{x}/{y}", "/a/b", Overlap::Ordered),
            ("/{x}/{y}", "/{x}/b", Overlap::Ordered),
            ("/a/{x}", "/{y}/b", Overlap::Ambiguous),
            ("/a/{x}/{z}", "/{y}/b/c", Overlap::Ambiguous),
            ("/a/{x}/c", "/{y}/b/d", Overlap::Apart),
            ("/a/{x}", "/a/{x}/b", Overlap::Apart),
        ] {
            assert_eq!(route(one).overlap(&route(two)), overlap, "{one} {two}");
            assert_eq!(route(two).overlap(&route(one)), overlap, "{two} {one}");
        }
        assert_eq!(route("/a/{x}/{z}").shared_path(&route("/{y}/b/{w}")), "/a/b/{z}");
        assert_eq!(route("/").shared_path(&route("/")), "/");
    }
}
