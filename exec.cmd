@rem Scripts of package.json begin with exec, which a Windows shell does not know: it finds this.
@%*
