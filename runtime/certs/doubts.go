package certs

import (
	"fmt"
	"time"
)

// Doubts are what is odd about a certificate that can be used, each with its file
// named.
func (p *Pair) Doubts(now time.Time) (all []string) {
	add := func(format string, args ...any) {
		all = append(all, fmt.Sprintf("the certificate in '%s' ", p.Name)+fmt.Sprintf(format, args...))
	}
	const day = "2 January 2006"
	leaf := p.Leaf()
	switch left := leaf.NotAfter.Sub(now); {
	case left < 0:
		add("has expired on %s.", leaf.NotAfter.UTC().Format(day))
	case now.Before(leaf.NotBefore):
		add("is not valid before %s.", leaf.NotBefore.UTC().Format(day))
	case left < soon:
		add("expires on %s.", leaf.NotAfter.UTC().Format(day))
	}
	for i, c := range p.Chain[1:] {
		if !issued(c, p.Chain[i]) {
			add("is followed by ones that are not in order: number %d has not issued number %d.", i+2, i+1)
			break
		}
		if now.After(c.NotAfter) {
			add("has an issuer, number %d, that has expired on %s.", i+2, c.NotAfter.UTC().Format(day))
		}
	}
	if len(p.Chain) == 1 && !selfIssued(leaf) {
		add("comes without its issuer's: only clients that have '%s' can verify it.", leaf.Issuer)
	}
	return all
}

// soon is when an end is near: those who renew by themselves have done so.
const soon = 14 * 24 * time.Hour
