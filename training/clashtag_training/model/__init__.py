"""The tagger in torch: its layers, their int8 form, its loss, and its sessions."""
