// Package registry holds the record types of keywords and the tables they
// stand in. It knows no keyword itself: the packages under runtime/section,
// runtime/fetch, runtime/converter, runtime/match and runtime/action add
// theirs from init functions, one record a keyword, and parser, checker, -dK,
// documentation and tests all read the same tables.
//
// The tables panic on a duplicate and on a record without documentation, so a
// mistake shows at the first start. Order of registration never matters.
package registry
