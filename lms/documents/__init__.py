"""The certificate as a PDF: layout, QR symbol, rendering in a guarded process, stored bytes."""
