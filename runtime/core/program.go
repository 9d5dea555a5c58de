package core

// Program is a "program" section (configuration.txt 3.7): a command that the
// master runs beside its workers. The workers know it only to tell the master.
type Program struct {
	Name    string
	Command []string // what to run and its arguments
	// UID and GID are whom it runs as, -1 for whom the master runs as.
	UID, GID int
	// Stays says that a reload starts none: "no option start-on-reload".
	Stays bool
}
