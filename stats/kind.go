package stats

// Kind is the kind of entity that a row describes. Its numbers are those of the
// "type" column.
type Kind uint8

const (
	KindFrontend Kind = iota
	KindBackend
	KindServer
	KindListener
)

// Letter returns the letter by which typed output calls the kind.
func (k Kind) Letter() byte { return "FBSL"[k&3] }

// String returns the name by which JSON output calls the kind.
func (k Kind) String() string {
	return [...]string{"Frontend", "Backend", "Server", "Listener"}[k&3]
}

// Kinds is a set of kinds. Its numbers are those of the <type> argument of
// "show stat".
type Kinds uint8

const (
	Frontends Kinds = 1 << KindFrontend
	Backends  Kinds = 1 << KindBackend
	Servers   Kinds = 1 << KindServer
	Listeners Kinds = 1 << KindListener

	AllKinds = Frontends | Backends | Servers | Listeners
)

// Has reports whether k is in the set.
func (s Kinds) Has(k Kind) bool { return s&(1<<k) != 0 }
