"""shared.http"""
