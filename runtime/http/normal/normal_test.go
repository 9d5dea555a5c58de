package normal

import "testing"

// TestNormal holds what HAProxy makes of the same.
func TestNormal(t *testing.T) {
	for _, c := range []struct {
		name     string
		run      func(dst, b []byte) ([]byte, bool)
		in, want string
	}{
		{"merge", MergeSlashes, "//a///b/", "/a/b/"},
		{"dot", StripDot, "/./a/././b/.", "/a/b/"},
		{"dot", StripDot, "/a./.b/..", "/a./.b/.."},
		{"dotdot", StripDotDot(false), "/a/../b", "/b"},
		{"dotdot", StripDotDot(false), "/../a", "/../a"},
		{"dotdot", StripDotDot(false), "/a/b/..", "/a/"},
		{"dotdot", StripDotDot(false), "/a/../../b", "/../b"},
		{"full", StripDotDot(true), "/../a", "/a"},
		{"full", StripDotDot(true), "/a/../../b", "/b"},
		{"full", StripDotDot(true), "/..", "/"},
		{"decode", DecodeUnreserved(false), "/%41%2f%7e%zz%4", "/A%2f~%zz%4"},
		{"upper", Uppercase(false), "/%2f%7E%zz%c", "/%2F%7E%zz%c"},
		{"encode", EncodeFragment, "/a#b", "/a%23b"},
		{"strip", StripFragment, "/a#b#c", "/a"},
		{"sort", SortQuery, "b=2&a=1&b=1&aa&=", "=&a=1&aa&b=2&b=1"},
		{"sort", SortQuery, "b&a&", "a&b"},
		{"sort", SortQuery, "", ""},
	} {
		if got, ok := c.run(nil, []byte(c.in)); !ok || string(got) != c.want {
			t.Errorf("%s %s: %s %v, want %s", c.name, c.in, got, ok, c.want)
		}
	}
}

func TestStrict(t *testing.T) {
	for _, bad := range []string{"%", "%4", "a%zz"} {
		if _, ok := DecodeUnreserved(true)(nil, []byte(bad)); ok {
			t.Errorf("%s decodes", bad)
		}
		if _, ok := Uppercase(true)(nil, []byte(bad)); ok {
			t.Errorf("%s is written in upper case", bad)
		}
	}
}
