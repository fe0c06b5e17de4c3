//! No function takes two ids that the compiler cannot tell apart from other ids: their order would be a habit.

use syn::{FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, Signature, TraitItem, Type};

use super::graph::Source;

/// What a parameter that is an id is called, beside `id` and `…_id`.
#[rustfmt::skip]
const NOUNS: &[&str] = &[
    "account", "assistant", "caller", "call", "clinic", "consult", "consultation", "conversation", "creator", "department", "doctor",
    "encounter", "founder", "hospital", "inviter", "member", "message", "notice", "org", "owner", "patient", "payment", "project", "reader",
    "refund", "registration", "sender", "session", "team", "user", "vas", "withdrawal",
];

/// The functions of a file with two or more bare ids: `team::join(member, team)`.
pub fn swappable(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    walk(&source.items, &mut |signature| {
        let ids = bare_ids(signature);
        if ids.len() > 1 {
            found.push(format!("{}: {}({})", source.path, signature.ident, ids.join(", ")));
        }
    });
    found
}

fn walk(items: &[Item], visit: &mut impl FnMut(&Signature)) {
    for item in items {
        match item {
            Item::Fn(function) => visit(&function.sig),
            Item::Mod(module) => walk(module.content.as_ref().map_or(&[], |(_, items)| items), visit),
            Item::Impl(block) => block.items.iter().for_each(|item| {
                if let ImplItem::Fn(function) = item {
                    visit(&function.sig);
                }
            }),
            Item::Trait(block) => block.items.iter().for_each(|item| {
                if let TraitItem::Fn(function) = item {
                    visit(&function.sig);
                }
            }),
            _ => {}
        }
    }
}

/// The names of the parameters that are ids without a kind. A tuple counts as what is in it.
fn bare_ids(signature: &Signature) -> Vec<String> {
    let mut found = Vec::new();
    for input in &signature.inputs {
        if let FnArg::Typed(input) = input {
            collect(&input.pat, &input.ty, &mut found);
        }
    }
    found
}

fn collect(pattern: &Pat, ty: &Type, found: &mut Vec<String>) {
    match (pattern, ty) {
        (Pat::Tuple(names), Type::Tuple(types)) => names.elems.iter().zip(&types.elems).for_each(|(name, ty)| collect(name, ty, found)),
        (pattern, Type::Tuple(types)) => types.elems.iter().for_each(|ty| collect(pattern, ty, found)),
        (Pat::Ident(name), ty) if is_bare(ty, &name.ident.to_string()) => found.push(name.ident.to_string()),
        (Pat::Wild(_), ty) if is_bare(ty, "_") => found.push("_".to_owned()),
        _ => {}
    }
}

fn is_bare(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Reference(reference) => is_bare(&reference.elem, name),
        Type::Slice(slice) => is_bare(&slice.elem, name),
        Type::Array(array) => is_bare(&array.elem, name),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| match last.ident.to_string().as_str() {
            "AnyId" => true,
            "u64" => name == "id" || name == "ids" || name.ends_with("_id") || name.ends_with("_ids") || is_noun(name),
            "Id" => matches!(only_argument(&last.arguments), Some(Type::Path(kind)) if kind.path.segments.last().is_some_and(|kind| kind.ident == "Any")),
            "Option" | "Vec" | "BTreeSet" | "HashSet" => only_argument(&last.arguments).is_some_and(|inner| is_bare(inner, name)),
            _ => false,
        }),
        _ => false,
    }
}

fn is_noun(name: &str) -> bool {
    NOUNS.iter().any(|noun| name == *noun || name.strip_suffix('s') == Some(noun))
}

fn only_argument(arguments: &PathArguments) -> Option<&Type> {
    match arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(GenericArgument::Type(inner)) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

#[test]
fn two_bare_ids_are_found_wherever_they_stand() {
    let of = |text: &str| {
        let items = syn::parse_file(text).unwrap().items;
        swappable(&Source { path: "a.rs".into(), module: vec!["a".into()], text: text.into(), items })
    };
    for bad in [
        "fn join(db: &mut Tx, user: u64, team: u64) {}",
        "fn join(user_id: Option<u64>, ids: &[AnyId]) {}",
        "fn find(between: (AnyId, AnyId)) {}",
        "fn find((one, other): (Id<kind::Any>, AnyId)) {}",
        "mod v1 { impl Row { fn join(&self, user: u64, team: u64) {} } }",
        "trait Row { fn join(&self, user: u64, team: u64); }",
    ] {
        assert_eq!(of(bad).len(), 1, "{bad}");
    }
    for good in [
        "fn join(db: &mut Tx, user: PatientAccountId, team: TeamId, amount: u64) {}",
        "fn after(member: u64, seq: u64, limit: u64) {}",
        "fn join(user: Id<User>, cause: AnyId) {}",
    ] {
        assert_eq!(of(good), Vec::<String>::new(), "{good}");
    }
}
