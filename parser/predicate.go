package parser

// predicate is one function that conditions may call; see configuration.txt,
// section 2.4.
type predicate struct {
	args int
	eval func(c *cond, args []string) (bool, error)
}

var predicates = map[string]predicate{
	"defined": {1, func(c *cond, a []string) (bool, error) {
		_, ok := c.env.Lookup(a[0])
		return ok, nil
	}},
	"feature": {1, func(c *cond, a []string) (bool, error) { return c.features.feature(a[0]), nil }},
	"streq":   {2, func(_ *cond, a []string) (bool, error) { return a[0] == a[1], nil }},
	"strneq":  {2, func(_ *cond, a []string) (bool, error) { return a[0] != a[1], nil }},
	"version_atleast": {1, func(c *cond, a []string) (bool, error) {
		return parseVersion(c.features.Version).compare(parseVersion(a[0])) >= 0, nil
	}},
	"version_before": {1, func(c *cond, a []string) (bool, error) {
		return parseVersion(c.features.Version).compare(parseVersion(a[0])) < 0, nil
	}},
	"openssl_version_atleast": {1, func(c *cond, a []string) (bool, error) { return c.compareSSL(a[0], true) }},
	"openssl_version_before":  {1, func(c *cond, a []string) (bool, error) { return c.compareSSL(a[0], false) }},
	"ssllib_name_startswith": {1, func(c *cond, a []string) (bool, error) {
		return c.features.sslName(a[0]), nil
	}},
}

// compareSSL tells whether the TLS library is at least as new as a version,
// or older. Without TLS it is neither.
func (c *cond) compareSSL(text string, atLeast bool) (bool, error) {
	asked, ok := splitSSLVersion(text)
	if !ok {
		return false, c.fail(c.i, "invalid OpenSSL version '"+text+"' in conditional expression")
	}
	have, ok := c.features.sslVersion()
	return ok && (have >= asked.number()) == atLeast, nil
}
