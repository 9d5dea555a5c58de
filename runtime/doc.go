// Package runtime turns configuration files into a running proxy: it reads and
// compiles them, opens listeners, starts checks and sessions, and stops them
// again. It is the only package that sees all the others; importing it
// registers every keyword.
//
//	i := runtime.Load(&runtime.Options{Files: files}, &diags) // what -c runs
//	errs := i.Bind(nil)
//	i.Start()
//	…
//	i.SoftStop()
//	<-i.Done()
package runtime
