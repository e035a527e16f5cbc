"""What runs a bundle's graphs: onnxruntime, or OpenVINO where that is installed and chosen."""
