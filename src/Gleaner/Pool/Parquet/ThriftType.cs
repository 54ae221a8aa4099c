namespace Gleaner;

/// <summary>The types of Thrift's compact protocol that Parquet uses, by their numbers there.</summary>
enum ThriftType
{
    Stop, True, False, Byte, I16, I32, I64, Double, Binary, List, Set, Map, Struct,
}
