"""runtime.bundle.model"""
