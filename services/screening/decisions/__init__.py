"""services.screening.decisions"""
