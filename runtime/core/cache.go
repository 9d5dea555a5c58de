package core

import (
	"gohap/parser/diag"
	"gohap/runtime/cache"
)

// Cache is a cache section (configuration.txt 6.2.1).
type Cache struct {
	*cache.Cache
	Pos diag.Pos
}

// Cache finds a cache section by its name, nil without one.
func (g *Graph) Cache(name string) *Cache {
	for _, c := range g.Caches {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Filter is a "filter" line (configuration.txt 9): its kind, and what it names.
type Filter struct{ Kind, Name string }
