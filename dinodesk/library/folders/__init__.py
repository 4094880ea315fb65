"""The root folders of a library and the volumes that they lie on."""
