"""services.screening.adapters"""
