"""services.extraction.forms.domain"""
