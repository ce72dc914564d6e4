"""services.extraction.forms.api"""
