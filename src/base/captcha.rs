pub fn text(_: &[u8]) -> String {
    String::new()
}
pub fn picture(_: &str, _: u64) -> Vec<u8> {
    Vec::new()
}
