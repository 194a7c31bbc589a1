print("clariva")
