"""services.screening.merges"""
