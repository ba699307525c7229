"""What Pulumi's engine starts to have the components built for a program in another language."""

from asset_edge.plugin.provider import serve

if __name__ == "__main__":
    serve()
