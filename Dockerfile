# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /pixie
COPY pyproject.toml constraints.txt ./
COPY deploy/environment.py deploy/environment.py
RUN python deploy/environment.py run && python deploy/environment.py memory

FROM python:3.11-slim-bookworm
LABEL org.opencontainers.image.title="Pixie" \
      org.opencontainers.image.description="A self-hosted AI secretary that lives in your chats"
ENV PATH=/pixie/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    PIXIE_DATA=/data \
    PIXIE_WEB_HOST=0.0.0.0
RUN useradd --system --uid 10001 --no-create-home pixie && install -d -o pixie -g pixie /data
WORKDIR /pixie
COPY --from=build /pixie/.venv .venv
COPY core core
COPY db db
COPY adapters adapters
COPY scheduler scheduler
COPY bots bots
COPY *.py ./
USER 10001
VOLUME /data
EXPOSE 8321
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8321/healthz', timeout=4)"]
CMD ["python", "main.py", "run"]
