"""services.screening.queue"""
