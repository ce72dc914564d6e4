"""shared.ops"""
