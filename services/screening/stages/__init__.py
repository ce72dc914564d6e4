"""services.screening.stages"""
