"""services.screening.stopping"""
