package registry

import (
	"os"
	"path/filepath"
)

// paths tells what relative file names in the configuration are relative to:
// the directory in which the process was started, or the one that
// "default-path" chose (configuration.txt 3.1). HAProxy goes there while it
// reads a file, and so does the compiler: whatever opens a file in between
// finds it.
type paths struct {
	start  string // where the process was
	dir    string // where it has to be; "" for start
	file   string // the configuration file that is being read
	policy func(file string) string
}

// BeginFile is called before the sections of a configuration file are compiled.
func (c *Compiler) BeginFile(file string) error {
	c.paths.file = file
	if c.paths.policy == nil {
		return nil
	}
	return c.DefaultPath(c.paths.policy)
}

// EndFile goes back to where the process was started.
func (c *Compiler) EndFile() {
	c.enter("")
	c.paths.dir = ""
}

// DefaultPath makes relative names relative to the directory that policy names
// for the configuration file, from now on; "" is where the process was started.
func (c *Compiler) DefaultPath(policy func(file string) string) error {
	c.paths.policy = policy
	dir := policy(c.paths.file)
	if err := c.enter(dir); err != nil {
		return err
	}
	c.paths.dir = dir
	return nil
}

// enter changes the directory. The ones given are relative to where the process
// was started.
func (c *Compiler) enter(dir string) error {
	p := &c.paths
	if p.start == "" {
		if dir == "" {
			return nil // never left
		}
		start, err := os.Getwd()
		if err != nil {
			return err
		}
		p.start = start
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(p.start, dir)
	}
	return os.Chdir(dir)
}
