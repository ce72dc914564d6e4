"""services.screening.ranking"""
