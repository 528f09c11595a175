"""`from multiprocessing import BaseManager`, as 003 has it in one place. Prints how that ends."""

if __name__ == "__main__":
    try:
        from multiprocessing import BaseManager

        print(f"imported: {BaseManager}")
    except ImportError:
        print("ImportError")
