package core

import (
	"gohap/parser/diag"
	"gohap/runtime/logs"
	"gohap/runtime/mailers"
)

// Mailers is a "mailers" section (3.6).
type Mailers struct {
	*mailers.Section
	Pos diag.Pos
	// Used says that a proxy sends alerts through it.
	Used bool
}

// FindMailers finds a mailers section by its name, nil without one.
func (g *Graph) FindMailers(name string) *Mailers {
	for _, m := range g.Mailers {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// EmailAlert is what the "email-alert" lines of a proxy say.
type EmailAlert struct {
	// Set says that there is a line.
	Set                     bool
	Mailers, From, To, Host string
	// Level is that of the least important alerts that are sent.
	Level logs.Level
	// Section is the section that Mailers names; nil where nothing is sent.
	Section *mailers.Section
}
