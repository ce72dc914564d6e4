"""services.screening.decisions.store"""
