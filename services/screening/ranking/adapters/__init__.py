"""services.screening.ranking.adapters"""
