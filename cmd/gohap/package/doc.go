// Package packaging is the Debian package that makes gohap a drop-in for
// haproxy: service files, stock configuration, manual page and maintainer
// scripts. build.sh makes a .deb of it. There is no Go code here but the
// tests, which build the package, install it in scratch directories beside a
// stand-in for Debian's haproxy package, and drive the init script.
package packaging
