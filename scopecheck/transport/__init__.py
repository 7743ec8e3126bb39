"""HTTP: one client a process, its pace, its retries, uploads, and answers as evidence."""
