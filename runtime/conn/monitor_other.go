//go:build !linux

package conn

// wakeMonitor does nothing: the scheduler hears of all calls.
func wakeMonitor() {}
