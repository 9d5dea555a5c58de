package core

import "time"

// Cookie is the "cookie" line of a backend (4.2).
type Cookie struct {
	Name                                          string
	Insert, Rewrite, Prefix, Indirect, NoCache    bool
	PostOnly, Preserve, HTTPOnly, Secure, Dynamic bool
	Domains                                       []string
	MaxIdle, MaxLife                              time.Duration
	Attrs                                         []string
	// Suffix is what follows the value in set-cookie: path, domains, ….
	Suffix string
}

// Managed reports whether the cookie does anything to responses; a nil Cookie does
// not. Logs mention only such cookies.
func (c *Cookie) Managed() bool {
	return c != nil && (c.Insert || c.Rewrite || c.Prefix || c.Indirect)
}
