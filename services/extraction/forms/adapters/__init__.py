"""services.extraction.forms.adapters"""
