# Balik as an image: the locked dependencies and the installed package, nothing that builds them. See docs/operating.md.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/balik
COPY requirements.lock ./
RUN /opt/balik/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE manifest.yml ./
COPY bot bot
COPY handlers handlers
COPY storage storage
COPY prompts prompts
RUN /opt/balik/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps .
# Neither pip nor the libraries' own tests are needed to run.
RUN /opt/balik/bin/pip uninstall --quiet --yes pip && find /opt/balik -type d -name tests -prune -exec rm -r {} +

FROM python:3.13-slim
RUN groupadd --gid 10001 balik && useradd --uid 10001 --gid balik --home-dir /data --no-create-home balik \
    && install -d -o balik -g balik -m 0700 /data
COPY --from=build /opt/balik /opt/balik
# One heap for all threads: several would hold 10 MB more, and Python runs one thread at a time anyway.
ENV MALLOC_ARENA_MAX=1
# What is imported was compiled when it was installed, because the root is read-only; matplotlib writes its cache to /tmp.
ENV PATH=/opt/balik/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MPLCONFIGDIR=/tmp/matplotlib \
    DATABASE_URL=sqlite:////data/balik.sqlite BALIK_WATCH_HOST=127.0.0.1 BALIK_WATCH_PORT=8301
USER balik
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8301/health/ready', timeout=4)"]
ENTRYPOINT ["balik"]
CMD ["run"]
