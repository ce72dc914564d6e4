"""shared.kernel"""
