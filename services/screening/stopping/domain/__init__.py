"""services.screening.stopping.domain"""
